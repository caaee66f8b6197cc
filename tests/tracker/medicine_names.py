"""Two hundred names that stand in neither list of the matcher, written down before they were tried on it.

Of the hundred opioids one was not found at first ("hydromorfona": its stem was added); of the others none was matched.
"""


def _texts(lines: str) -> tuple[str, ...]:
    return tuple(" ".join(text.split()) for text in lines.split(";"))


OPIOIDS = _texts(
    """
codeine phosphate hemihydrate 30mg; Codeine Tabs; codeine 15 mg prn; CODEINE; liquid codeine; my codeine
tablets; codeine and paracetamol; codeinum; codeinphosphat; codeinesulfaat; pure codeine; codeine (from the
dentist); a bit of codeine; codeine linctus BP; codeine/caffeine; co-codamol effervescent 30/500; cocodamol
15/500 capsules; co-codamol 8/500 twice a day; Co Codamol Strong; 2 co-codamol; cocodamol tablets;
dihydrocodeine MR 60mg; Dihydrocodeine tartrate 30 mg; dihydrocodein; dihydrocodeina; DHC dihydrocodeine;
dihydrocodeine elixir; tramadol 50mg caps; Tramadol Hydrochloride; tramadol retard 100; tramadolum; tramadolo;
tramadol/paracetamol 37.5/325; half a tramadol; tramadol drops; TRAMADOL MR; tramadol XL 150; tramadol when it
is bad; tramadole; morphine sulfate 10 mg/5 ml; morphine oral solution; slow release morphine; Morphine SR
30mg; morphinum; morphinesulfaat; morphine patch; morphine in hospital; liquid morphine (for bad nights);
morphinsulfat; morfin depot; oxycodone 5mg; Oxycodone prolonged release; oxycodone/naloxone 10/5; oxycodonum;
oxicodona 10; oxycodonhydrochlorid; oxy codone; fentanyl 12 micrograms/hour patch; Fentanyl patches 25;
fentanylum; fentanilo parche; fentanyl lozenge; buprenorphine 5 mcg/h 7-day patch; Buprenorphine sublingual;
buprenorphin pflaster; buprenorfina; buprenorphine weekly injection; methadone mixture 1mg/ml; Methadone 5 mg;
methadonum; metadona; methadon tabletten; tapentadol 50; Tapentadol SR; tapentadolum; tapentadol
prolonged-release 100 mg; hydrocodone bitartrate 5/325; hydrocodon; hydrocodone and acetaminophen;
hydromorphone 2 mg; hydromorphon retard; hydromorfona; pethidine 50 mg injection; meperidine; pethidin;
pentazocine 25mg caps; meptazinol 200; dipipanone with cyclizine; nalbuphine inj; butorphanol nasal spray;
oxymorphone ER; levorphanol tartrate; diamorphine injection; sufentanil tablet; remifentanil drip; kratom tea;
kratom capsules; red vein kratom; mitragynine extract; tianeptine sodium
"""
)

OTHERS = _texts(
    """
Candesartan; Lisinopril; Enalapril; Perindopril; Valsartan; Olmesartan; Diltiazem; Verapamil; Nifedipine;
Lercanidipine; Apixaban; Rivaroxaban; Warfarin; Clopidogrel; Rosuvastatin; Pravastatin; Ezetimibe;
Spironolactone; Furosemide; Bumetanide; Indapamide; Gliclazide; Sitagliptin; Empagliflozin; Dapagliflozin;
Insulin glargine; Liraglutide; Tirzepatide; Tiotropium; Beclometasone inhaler; Fluticasone nasal spray;
Formoterol; Carbocisteine; Theophylline; Amoxicillin; Flucloxacillin; Clarithromycin; Cefalexin;
Ciprofloxacin; Trimethoprim 200mg; Nystatin drops; Terbinafine; Valaciclovir; Lamotrigine; Carbamazepine;
Phenytoin; Valproate; Lacosamide; Zonisamide; Primidone; Olanzapine; Risperidone; Clozapine; Haloperidol;
Lithium; Agomelatine; Reboxetine; Doxepin; Clomipramine; Dosulepin; Alendronic acid; Denosumab; Raloxifene;
Strontium; Calcium carbonate; Ferrous sulfate; Folic acid 5mg; Thiamine; Zinc; Selenium; Omega-3 fish oil;
Estradiol patch; Progesterone; Norethisterone; Tibolone; Desogestrel; Mirena coil; Finasteride; Solifenacin;
Mirabegron; Senna; Lactulose; Macrogol; Bisacodyl; Gaviscon; Peppermint oil; Domperidone; Betahistine;
physiotherapy twice a week; a hot water bottle; heat patch; TENS machine; Epsom salt bath; ginger tea; ice
cream; Acupuncture; Cyanocobalamin injection; Bisoprolol fumarate 2.5 mg; Evening primrose oil; a glass of
wine
"""
)
